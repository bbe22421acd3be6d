require "http/server"
require "./greeting"

server = HTTP::Server.new { |context| context.response.puts greeting }
server.bind_tcp "0.0.0.0", ENV.fetch("PORT", "8080").to_i
server.listen
