(ns hello.core
  (:gen-class)
  (:import (com.sun.net.httpserver HttpHandler HttpServer)
           (java.net InetSocketAddress)))

(defn -main [& _]
  (let [port (parse-long (or (System/getenv "PORT") "8080"))
        server (HttpServer/create (InetSocketAddress. port) 0)]
    (.createContext server "/"
                    (reify HttpHandler
                      (handle [_ exchange]
                        (let [body (.getBytes "Hello from clojure-leiningen")]
                          (.sendResponseHeaders exchange 200 (count body))
                          (with-open [out (.getResponseBody exchange)] (.write out body))))))
    (.start server)))
