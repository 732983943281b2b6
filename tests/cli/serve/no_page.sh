# The command finds the page from its own place, and says where it looked.
mkdir -p bin
cp "$(command -v likelore)" bin/
bin/likelore serve 2>message
echo $?
sed "s|$PWD|PREFIX|" message
