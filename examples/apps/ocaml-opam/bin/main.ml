open Cmdliner

let greet = Term.(const (fun () -> print_endline Greeting.text) $ const ())

let () = exit (Cmd.eval (Cmd.v (Cmd.info "greet") greet))
