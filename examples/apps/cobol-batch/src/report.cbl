       IDENTIFICATION DIVISION.
       PROGRAM-ID. REPORT.
       PROCEDURE DIVISION.
           DISPLAY "Hello from cobol-batch".
           STOP RUN.
