var app = WebApplication.CreateBuilder(args).Build();

app.MapGet("/", () => Greeting.Greeter.Greet());

app.Run();
