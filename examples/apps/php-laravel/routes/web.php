<?php

return [
    '/' => fn (array $config, string $log) => "Hello from {$config['name']}\n",
    '/hello/world' => fn (array $config, string $log) => "The front controller answers {$_GET['who']}\n",
    '/log' => fn (array $config, string $log) =>
        file_put_contents($log, "a line\n", FILE_APPEND) ? "The log is writable\n" : "The log is not writable\n",
];
