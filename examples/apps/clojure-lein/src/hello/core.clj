(ns hello.core
  (:import (com.sun.net.httpserver HttpHandler HttpServer)
           (java.net InetSocketAddress))
  (:gen-class))

(def greeting
  (reify HttpHandler
    (handle [_ exchange]
      (let [body (.getBytes "Hello from clojure-lein\n" "UTF-8")]
        (.sendResponseHeaders exchange 200 (count body))
        (with-open [response (.getResponseBody exchange)]
          (.write response body))))))

(defn -main
  "Answers every request with a greeting."
  [& _]
  (let [port (parse-long (or (System/getenv "PORT") "3000"))
        server (HttpServer/create (InetSocketAddress. "0.0.0.0" port) 0)]
    (.createContext server "/" greeting)
    (.start server)
    (println (str "listening on 0.0.0.0:" port))))
