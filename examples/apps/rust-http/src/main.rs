use std::env;
use std::error::Error;
use tiny_http::{Response, Server};

fn main() -> Result<(), Box<dyn Error + Send + Sync>> {
    let port = env::var("PORT").unwrap_or_else(|_| "3000".into());
    let server = Server::http(format!("0.0.0.0:{port}"))?;
    println!("listening on {}", server.server_addr());
    for request in server.incoming_requests() {
        // A client that has gone away is no reason to stop.
        if let Err(error) = request.respond(Response::from_string("Hello from rust-http\n")) {
            eprintln!("{error}");
        }
    }
    Ok(())
}
