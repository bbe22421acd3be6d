<?php

namespace Greeting;

final class Greeter
{
    public function greet(): string
    {
        return "Hello from php-public\n";
    }
}
