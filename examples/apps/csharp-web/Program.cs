var app = WebApplication.CreateBuilder(args).Build();

app.MapGet("/", () => "Hello from csharp-web\n");

app.Run();
