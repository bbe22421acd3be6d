;; Serves the page that `haunt build` made.

(use-modules (ice-9 textual-ports)
             (web server))

(define (page request body)
  (values '((content-type . (text/html)))
          (call-with-input-file "site/index.html" get-string-all)))

(run-server page 'http
            (list #:addr INADDR_ANY
                  #:port (string->number (or (getenv "PORT") "8080"))))
