import com.sun.net.httpserver.HttpServer
import java.net.InetSocketAddress

@main def serve(): Unit =
  val port = sys.env.getOrElse("PORT", "8080").toInt
  val server = HttpServer.create(InetSocketAddress(port), 0)
  server.createContext("/", exchange =>
    val body = "Hello from scala-mill".getBytes
    exchange.sendResponseHeaders(200, body.length)
    exchange.getResponseBody.write(body)
    exchange.close()
  )
  server.start()
