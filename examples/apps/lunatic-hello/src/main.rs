fn main() {
    println!("Hello from lunatic-hello");
}
