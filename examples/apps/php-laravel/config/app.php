<?php

if (!function_exists('env')) {
    function env(string $name, mixed $default = null): mixed
    {
        $value = getenv($name);
        return $value === false ? $default : $value;
    }
}

return [
    'name' => env('APP_NAME', 'php-laravel'),
    'key' => env('APP_KEY'),
];
