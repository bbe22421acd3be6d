import Words

print(greeting)
