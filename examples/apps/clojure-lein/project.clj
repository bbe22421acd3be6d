(defproject clojure-lein "1.0.0-SNAPSHOT"
  :dependencies [[org.clojure/clojure "1.12.3"]]
  :main hello.core
  :profiles {:uberjar {:aot :all}})
