say "Hello from Raku";
