export default function Page() {
  return <h1>Hello from node-next</h1>;
}
