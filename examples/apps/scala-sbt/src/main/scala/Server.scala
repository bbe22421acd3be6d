import com.sun.net.httpserver.HttpServer
import java.net.InetSocketAddress

@main def serve(): Unit =
  val server = HttpServer.create(InetSocketAddress("0.0.0.0", sys.env.getOrElse("PORT", "8080").toInt), 0)
  server.createContext("/", exchange =>
    val body = "Hello from scala-sbt\n".getBytes("UTF-8")
    exchange.sendResponseHeaders(200, body.length)
    exchange.getResponseBody.write(body)
    exchange.close())
  server.start()
