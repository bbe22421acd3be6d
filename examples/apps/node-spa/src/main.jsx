import { render } from "preact";
import { useState } from "preact/hooks";

function App() {
  const [count, setCount] = useState(0);
  return (
    <>
      <h1>Hello from node-spa</h1>
      <button onClick={() => setCount(count + 1)}>Clicked {count} times</button>
    </>
  );
}

const root = document.getElementById("app");
root.replaceChildren();
render(<App />, root);
