namespace Greeting;

public static class Greeter
{
    public static string Greet() => "Hello from csharp-solution\n";
}
