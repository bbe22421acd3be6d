module Main (main) where

import Data.Map.Strict qualified as Map

main :: IO ()
main = putStrLn (Map.findWithDefault "?" "greeting" texts)
  where
    texts = Map.fromList [("greeting", "Hello from haskell-cabal")]
