printfn "Hello from fsharp-console"
