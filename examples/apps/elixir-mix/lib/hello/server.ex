defmodule Hello.Server do
  @moduledoc "Answers HTTP requests with a greeting, one connection after the other."

  use Task, restart: :permanent

  def start_link(port), do: Task.start_link(__MODULE__, :listen, [port])

  def listen(port) do
    options = [:binary, packet: :http_bin, active: false, reuseaddr: true, ip: {0, 0, 0, 0}]
    {:ok, socket} = :gen_tcp.listen(port, options)
    accept(socket)
  end

  defp accept(socket) do
    {:ok, client} = :gen_tcp.accept(socket)
    answer(client, :gen_tcp.recv(client, 0, 5_000))
    :gen_tcp.close(client)
    accept(socket)
  end

  defp answer(client, {:ok, {:http_request, :GET, {:abs_path, "/"}, _version}}),
    do: send_text(client, "200 OK", "Hello from elixir-mix\n")

  defp answer(client, {:ok, _other}), do: send_text(client, "404 Not Found", "Not found\n")
  defp answer(_client, {:error, _reason}), do: :ok

  defp send_text(client, status, text) do
    drop_headers(client)

    head = "HTTP/1.1 #{status}\r\ncontent-type: text/plain\r\ncontent-length: #{byte_size(text)}\r\nconnection: close\r\n\r\n"
    :gen_tcp.send(client, [head, text])
  end

  # A client whose request was not read to its end would see the connection reset.
  defp drop_headers(client) do
    case :gen_tcp.recv(client, 0, 5_000) do
      {:ok, :http_eoh} -> :ok
      {:ok, _header} -> drop_headers(client)
      {:error, _reason} -> :ok
    end
  end
end
