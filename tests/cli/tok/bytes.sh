likelore tok bytes 'Hello, 你好'
