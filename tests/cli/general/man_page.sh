likelore --man-page
