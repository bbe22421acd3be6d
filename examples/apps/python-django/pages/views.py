from django.http import HttpResponse

from pages.models import Visit


def hello(request):
    Visit.objects.create()
    return HttpResponse(f"Hello from python-django, visit {Visit.objects.count()}\n", content_type="text/plain")
