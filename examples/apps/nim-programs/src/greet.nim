echo "Hello from nim-programs"
