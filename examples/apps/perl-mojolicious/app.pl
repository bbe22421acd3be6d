use Mojolicious::Lite -signatures;

get '/' => sub ($c) { $c->render(text => "Hello from perl-mojolicious\n") };

app->start;
