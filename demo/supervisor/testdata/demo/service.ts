import '#demo/service.ts';
