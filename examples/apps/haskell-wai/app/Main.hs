{-# LANGUAGE OverloadedStrings #-}

module Main (main) where

import Network.HTTP.Types (status200)
import Network.Wai (responseLBS)
import Network.Wai.Handler.Warp (run)
import System.Environment (lookupEnv)

main :: IO ()
main = do
  port <- maybe 8080 read <$> lookupEnv "PORT"
  run port $ \_ respond -> respond $ responseLBS status200 [("Content-Type", "text/plain")] "Hello from haskell-wai\n"
