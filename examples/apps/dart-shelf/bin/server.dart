import 'dart:io';

import 'package:shelf/shelf.dart';
import 'package:shelf/shelf_io.dart';

Future<void> main() async {
  final port = int.parse(Platform.environment['PORT'] ?? '8080');
  await serve((Request _) => Response.ok('Hello from dart-shelf\n'), InternetAddress.anyIPv4, port);
}
