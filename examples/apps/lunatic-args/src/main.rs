fn main() {
    let name = std::env::args().nth(1);
    println!("Hello from lunatic-args, {}", name.as_deref().unwrap_or("nobody"));
}
