open System
open Microsoft.AspNetCore.Builder

[<EntryPoint>]
let main arguments =
    let app = WebApplication.CreateBuilder(arguments).Build()
    app.MapGet("/", Func<string>(fun () -> "Hello from fsharp-web\n")) |> ignore
    app.Run()
    0
