let text = "Hello from ocaml-opam"
