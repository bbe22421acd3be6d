library(shiny)

ui <- fluidPage(
  sliderInput("bins", "Bins", min = 1, max = 30, value = 10),
  plotOutput("histogram")
)

server <- function(input, output) {
  output$histogram <- renderPlot(hist(faithful$waiting, breaks = input$bins))
}

shinyApp(ui, server)
