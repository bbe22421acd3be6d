name := "main"
scalaVersion := "3.3.6"

enablePlugins(JavaAppPackaging)
