(ns greeting.server
  (:require [ring.adapter.jetty :refer [run-jetty]])
  (:gen-class))

(defn handler [_]
  {:status 200
   :headers {"Content-Type" "text/plain"}
   :body "Hello from clojure-ring\n"})

(defn -main [& _]
  (run-jetty handler {:host "0.0.0.0" :port (parse-long (or (System/getenv "PORT") "8080"))}))
