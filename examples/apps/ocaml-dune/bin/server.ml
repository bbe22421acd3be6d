(* Answers every connection with a greeting. *)

let response =
  let body = "Hello from ocaml-dune\n" in
  Printf.sprintf
    "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%s"
    (String.length body) body

let answer client =
  let request = Bytes.create 4096 in
  ignore (Unix.read client request 0 4096);
  ignore (Unix.write_substring client response 0 (String.length response));
  Unix.close client

let () =
  let port = int_of_string (Option.value (Sys.getenv_opt "PORT") ~default:"8080") in
  let socket = Unix.socket Unix.PF_INET Unix.SOCK_STREAM 0 in
  Unix.setsockopt socket Unix.SO_REUSEADDR true;
  Unix.bind socket (Unix.ADDR_INET (Unix.inet_addr_any, port));
  Unix.listen socket 16;
  while true do
    let client, _ = Unix.accept socket in
    try answer client with Unix.Unix_error _ -> Unix.close client
  done
