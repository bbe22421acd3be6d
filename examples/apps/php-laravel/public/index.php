<?php

// The front controller: every path that is no file comes here.

use App\Http\Kernel;

require __DIR__ . '/../vendor/autoload.php';

(new Kernel(dirname(__DIR__)))->handle($_SERVER['REQUEST_URI'] ?? '/');
