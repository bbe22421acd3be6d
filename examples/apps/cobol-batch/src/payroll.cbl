       IDENTIFICATION DIVISION.
       PROGRAM-ID. PAYROLL.
       PROCEDURE DIVISION.
           DISPLAY "Hello from cobol-batch".
           STOP RUN.
