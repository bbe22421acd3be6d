#* Greets.
#* @get /
#* @serializer text
function() {
  "Hello from r-plumber\n"
}
