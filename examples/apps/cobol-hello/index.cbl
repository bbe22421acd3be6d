       IDENTIFICATION DIVISION.
       PROGRAM-ID. GREET.
       PROCEDURE DIVISION.
           DISPLAY "Hello from cobol-hello".
           STOP RUN.
