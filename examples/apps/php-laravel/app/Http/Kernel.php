<?php

namespace App\Http;

final class Kernel
{
    public function __construct(private string $base)
    {
    }

    public function handle(string $uri): void
    {
        $routes = require $this->base . '/routes/web.php';
        $path = parse_url($uri, PHP_URL_PATH) ?: '/';
        header('Content-Type: text/plain');
        if (!isset($routes[$path])) {
            http_response_code(404);
            echo "Not found\n";
            return;
        }
        echo $routes[$path](require $this->base . '/config/app.php', $this->base . '/storage/logs/app.log');
    }
}
