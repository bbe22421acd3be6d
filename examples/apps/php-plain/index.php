<?php

header('Content-Type: text/plain');
echo "Hello from php-plain\n";
