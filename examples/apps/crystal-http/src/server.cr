require "http/server"

server = HTTP::Server.new do |context|
  context.response.content_type = "text/plain"
  context.response.puts "Hello from crystal-http"
end

address = server.bind_tcp "0.0.0.0", ENV.fetch("PORT", "3000").to_i
puts "listening on http://#{address}"
server.listen
