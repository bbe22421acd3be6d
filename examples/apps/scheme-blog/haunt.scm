(use-modules (haunt builder blog)
             (haunt reader)
             (haunt site))

(site #:title "scheme-blog"
      #:domain "example.com"
      #:readers (list sxml-reader)
      #:builders (list (blog)))
