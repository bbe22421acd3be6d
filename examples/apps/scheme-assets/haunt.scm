(use-modules (haunt builder assets)
             (haunt builder blog)
             (haunt reader)
             (haunt site))

(site #:title "scheme-assets"
      #:domain "example.com"
      #:readers (list sxml-reader)
      #:builders (list (blog)
                      (static-directory "images")))
