module Main (main) where

main :: IO ()
main = putStrLn "Nothing to administer"
