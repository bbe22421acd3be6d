require "./greeting"

puts greeting
